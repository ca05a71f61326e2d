"""The `teamlead` command, one file per subcommand, heavy imports only where they are used."""
