"""Models behind one port: Claude, the offline playbook composer, a scripted one for tests."""
