"""What Parley costs and how fast it answers, measured from outside: ``python -m benchmarks``.

Everything runs on one machine, each part in a process of its own: the server as ``manage.py serve`` starts
it, a fake model server, and the load client, which uses the doors a browser uses. The result is a Markdown
table.
"""
