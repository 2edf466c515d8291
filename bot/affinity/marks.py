"""What fingerprints are for: each purpose makes another fingerprint of the same id."""

#: The purpose of /consent block.
BLOCK = "ask"
KNOCK, INVITE, PART = "knock", "invite", "part"
