"""Looking suppliers up in a register: by its API, by a file it handed out, by an extract two people saw."""
