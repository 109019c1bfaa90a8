"""Where turns run is a setting; the worker says when there is no queue for it."""

from tests.config.manage import manage


def test_a_queue_needs_postgresql_and_redis(tmp_path):
    ended = manage("check", DATA_DIR=str(tmp_path), TURNS="queue")
    assert ended.returncode == 2
    assert ended.stderr == (
        "TURNS must be here, unless DATABASE_URL names PostgreSQL and REDIS_URL a Redis, not 'queue'.\n"
    )


def test_without_a_queue_a_worker_has_nothing_to_do(tmp_path):
    ended = manage("worker", DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "Without TURNS=queue the servers make the answers themselves." in ended.stderr
