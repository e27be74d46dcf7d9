"""A phone without hardware: a process of ours that speaks adbd's protocol on loopback.

The real adb server connects to it, so pushes, shells and forwards take the same way as with a
phone on a cable. `server.py` listens, `link.py` is one connection of an adb server, `stream.py`
one stream in it with its flow control; `shell_service.py`, `sync_service.py` and
`socket_service.py` are what a stream can be; `environment.py` is the phone's directory with its
commands; `faults.py` is what goes wrong on demand; `control.py` and `client.py` are the two ends
of the channel that asks for it.
"""
