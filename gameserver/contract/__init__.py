"""The contract as data, made from the server's own types: AsyncAPI, TypeScript, Python, reference tables.

`python -m gameserver.contract` writes all of it, `--check` tells whether anything is out of date.
"""
