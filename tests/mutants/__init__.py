"""Does a test notice? Breaks the code on purpose, one small change at a time, and lets the quick
tests look (docs/developing.md).

    python -m tests.mutants bot/consent cogs/consent --draw 20 --seed 1

`draw` knows which changes are possible, `coverage` which tests run a line, `__main__` tries them.
"""
