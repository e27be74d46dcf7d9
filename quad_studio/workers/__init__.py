"""Long work in a process of its own, so that whoever waits for it stays free.

`process` starts the child and talks to it, `child` is the child's side, `tasks` is what it can do,
`messages` is what goes over the two pipes.
"""
