"""How well the memory answers: labelled questions over playbook cards and decision records."""
