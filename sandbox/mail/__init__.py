"""A mail server that lets nothing out, and a mailbox that keeps everything."""
