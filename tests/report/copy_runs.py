"""Makes a large store: copies the runs of a store under other seeds. For docs/scale.md; not a test.

    python3 tests/report/copy_runs.py BASE.sqlite OUT.sqlite COUNT
"""
import sqlite3
import sys


def copies(rows, seed_at, result_at, count):
    """COUNT rows, whose ids and seeds differ."""
    step = max(row[seed_at] for row in rows)
    for number in range(count):
        row = list(rows[number % len(rows)])
        seed = row[seed_at]
        row[0], row[seed_at] = number + 1, seed + number // len(rows) * step
        row[result_at] = row[result_at].replace(f'"seed":{seed},', f'"seed":{row[seed_at]},', 1)
        yield row


def main(base, out, count):
    source, target = sqlite3.connect(base), sqlite3.connect(out)
    for (statement,) in source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC"):
        target.execute(statement)
    for pragma in ("application_id", "user_version"):
        target.execute(f"PRAGMA {pragma} = {source.execute(f'PRAGMA {pragma}').fetchone()[0]}")
    target.executemany("INSERT INTO scenarios VALUES (?, ?, ?)", source.execute("SELECT * FROM scenarios"))
    names = [row[1] for row in source.execute("PRAGMA table_info(runs)")]
    rows = source.execute("SELECT * FROM runs").fetchall()
    target.executemany(f"INSERT INTO runs VALUES ({', '.join('?' * len(names))})",
                       copies(rows, names.index("seed"), names.index("result"), int(count)))
    target.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
