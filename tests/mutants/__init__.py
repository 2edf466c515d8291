"""Does a test notice? Breaks the code on purpose, one small change at a time, and lets the quick
tests look (docs/developing.md).

    python -m tests.mutants bot/consent cogs/consent --draw 20 --seed 1

`draw` knows which changes are possible, `coverage_map` which tests run a line, and `__main__` tries
them.
"""
