"""What people paste who look for help: eighty texts after public threads, written anew as such logs look, each with its thread.

The page is the one that helps; "" for what is about something else.
"""

THREADS = [
    ("server_closed", "fecgov/openFEC#6453", "psycopg2.OperationalError: SSL SYSCALL error: EOF detected"),
    ("server_closed", "Netflix/dispatch#3774", """\
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) SSL SYSCALL error: EOF detected

[SQL: SELECT incident.id AS incident_id FROM incident WHERE incident.id = %(pk_1)s]
(Background on this error at: http://sqlalche.me/e/13/e3q8)"""),
    ("server_closed", "altairbow/django-db-connection-pool#43", """\
OperationalError
SSL SYSCALL error: EOF detected

django/db/backends/utils.py in _execute at line 84
    return self.cursor.execute(sql, params)"""),
    ("server_closed", "owtf/owtf#435", """\
[!] Exception during reset or similar
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/sqlalchemy/pool.py", line 699, in _reset
    pool._dialect.do_rollback(self)
OperationalError: SSL SYSCALL error: EOF detected"""),
    ("server_closed", "sqlalchemy/sqlalchemy#11522", """\
  File "/opt/env/lib/python3.11/site-packages/sqlalchemy/engine/default.py", line 924, in do_execute
    cursor.execute(statement, parameters)
psycopg2.OperationalError: SSL SYSCALL error: Success"""),
    ("server_not_ready", "phumpal/airbrake-python-test#2", "PG::ConnectionBad: FATAL:  the database system is starting up"),
    ("server_not_ready", "MagicStack/asyncpg#796", """\
  File "/usr/local/lib/python3.8/site-packages/asyncpg/connect_utils.py", line 590, in _connect_addr
    await asyncio.wait_for(connected, timeout=timeout)
asyncpg.exceptions.CannotConnectNowError: the database system is starting up"""),
    ("server_not_ready", "cloudnative-pg/cloudnative-pg#1566", """\
{"level":"info","ts":1677416448.25,"logger":"postgres","msg":"record","logging_pod":"shop-2","record":{"error_severity":"FATAL","sql_state_code":"57P03","message":"the database system is starting up","backend_type":"client backend"}}"""),
    ("server_not_ready", "openfoodfoundation/ofn-install#532", """\
psycopg.OperationalError: connection failed: connection to server at "10.0.0.9", port 5432 failed: FATAL:  the database system is shutting down"""),
    ("server_not_ready", "geldata/gel#2316", """\
2021-03-06 11:38:58.612 UTC [211] FATAL:  the database system is in recovery mode"""),
    ("server_not_ready", "Prowlarr/Prowlarr#2380", """\
[Fatal] ConsoleApp: EPIC FAIL!
[v1.32.2] Npgsql.PostgresException (0x80004005): 57P03: the database system is starting up
   at Npgsql.Internal.NpgsqlConnector.Authenticate(String username, NpgsqlTimeout timeout)"""),
    ("server_crashed", "geldata/gel#2316", """\
2021-03-06 11:38:58.163 UTC [137] WARNING:  terminating connection because of crash of another server process
2021-03-06 11:38:58.163 UTC [137] DETAIL:  The postmaster has commanded this server process to roll back the current transaction and exit, because another server process exited abnormally and possibly corrupted shared memory.
2021-03-06 11:38:58.163 UTC [137] HINT:  In a moment you should be able to reconnect to the database and repeat your command."""),
    ("server_crashed", "1Panel-dev/MaxKB-v1-to-v2-migrator#12", """\
psycopg.OperationalError: consuming input failed: server closed the connection unexpectedly
	This probably means the server terminated abnormally
	before or while processing the request.
WARNING:  terminating connection because of crash of another server process"""),
    ("command_in_progress", "DataDog/integrations-core#15489", """\
Traceback (most recent call last):
  File "/opt/agent/embedded/lib/python3.9/site-packages/psycopg/cursor.py", line 723, in execute
    raise ex.with_traceback(None)
psycopg.OperationalError: sending query failed: another command is already in progress"""),
    ("command_in_progress", "psycopg/psycopg#1198", """\
  File "psycopg_binary/pq/pgconn.pyx", line 247, in psycopg_binary.pq.PGconn.send_query
sqlalchemy.exc.OperationalError: (psycopg.OperationalError) sending query failed: another command is already in progress
another command is already in progress"""),
    ("no_result", "apache/superset#15255", """\
psycopg2.DatabaseError: error with status PGRES_TUPLES_OK and no message from the libpq"""),
    ("no_result", "apache/superset#9860", """\
[2020-05-20 07:30:02,118: ERROR/ForkPoolWorker-3] Task email_reports.send[a1] raised unexpected: DatabaseError('(psycopg2.DatabaseError) error with status PGRES_TUPLES_OK and no message from the libpq')"""),
    ("no_result", "heroku-python/django-postgrespool#3", """\
Task main.tasks.scheduled[3768] raised exception: DatabaseError('error with no message from the libpq',)
Traceback (most recent call last):
  File "/app/venv/lib/python2.7/site-packages/celery/task/trace.py", line 224, in trace_task"""),
    ("column_in_row", "PyMySQL/PyMySQL#259", """\
  File "/home/ops/env/lib/python2.7/site-packages/sqlalchemy/engine/result.py", line 332, in _key_fallback
    expression._string_or_unprintable(key))
NoSuchColumnError: "Could not locate column in row for column 'email_template.template_name'\""""),
    ("column_in_row", "sqlalchemy/sqlalchemy#10345", """\
2023-09-09 00:12:10.868 529841 ERROR oslo_messaging.rpc.server [req-2b2c - default] Exception during message handling: NoSuchColumnError: "Could not locate column in row for column 'host_mappings.id'\""""),
    ("column_in_row", "airbnb/knowledge-repo#202", """\
sqlalchemy.exc.NoSuchColumnError
NoSuchColumnError: "Could not locate column in row for column '0'\""""),
    ("query_wait_timeout", "pgbouncer/pgbouncer#293", """\
psycopg2.OperationalError: ERROR:  no more connections allowed (max_client_conn)"""),
    ("query_wait_timeout", "prisma/orm#15334", """\
PrismaClientInitializationError: Error querying the database: db error: FATAL: no more connections allowed (max_client_conn)"""),
    ("query_wait_timeout", "pgbouncer/pgbouncer#1086", """\
2024-03-01 10:02:11.019 UTC [1] WARNING C-0x7f1: (nodb)/(nouser)@10.2.3.4:51230 pooler error: no more connections allowed (max_client_conn)
2024-03-01 10:02:11.019 UTC [1] LOG C-0x7f1: (nodb)/(nouser)@10.2.3.4:51230 closing because: no more connections allowed (max_client_conn) (age=0s)"""),
    ("query_wait_timeout", "jikig-ai/soleur#5558", """\
FATAL: (EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15 (SQLSTATE XX000)"""),
    ("server_closed", "MagicStack/asyncpg#309", """\
ConnectionResetError: [Errno 104] Connection reset by peer

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/env/lib/python3.6/site-packages/asyncpg/connection.py", line 359, in fetch
    return await self._execute(query, args, 0, timeout)
asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation"""),
    ("server_closed", "DTS-11/PizzaHat#46", """\
OSError: [WinError 121] The semaphore timeout period has expired

The above exception was the direct cause of the following exception:

  File "C:\\Python311\\Lib\\site-packages\\asyncpg\\pool.py", line 841, in acquire
asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation"""),
    ("client_gone", "psycopg/psycopg2#1717", """\
2024-07-25 05:02:30.294 UTC [9954] shop@orders LOG:  could not receive data from client: Connection reset by peer
2024-07-25 05:26:19.005 UTC [12356] shop@orders FATAL:  connection to client lost"""),
    ("client_gone", "ITISFoundation/osparc-simcore#1242", """\
2020-01-10 13:06:13.975 UTC [14915] LOG:  could not receive data from client: Connection reset by peer"""),
    ("client_gone", "ponyorm/pony#332", """\
postgres-1  | 2018-02-10 09:01:02.003 UTC [71] LOG:  unexpected EOF on client connection with an open transaction"""),
    ("server_closed", "FSX/momoko#88", "psycopg2.OperationalError: could not receive data from server: Operation timed out"),
    ("server_closed", "wulczer/txpostgres#27", "psycopg2.OperationalError: SSL connection has been closed unexpectedly"),
    ("terminated", "anchore/anchore-engine#955", """\
[service:catalog] 2021-03-20 05:33:01+0000 [-] psycopg2.errors.AdminShutdown: terminating connection due to administrator command
[service:catalog] 2021-03-20 05:33:01+0000 [-] server closed the connection unexpectedly"""),
    ("queue_pool_limit", "apache/airflow#56129", """\
2025-09-26T00:52:47.957171Z [error    ] Exception on /users/list/ [GET] [airflow.providers.fab.www.app] loc=app.py:1744
    raise exc.TimeoutError(
sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/14/3o7r)"""),
    ("queue_pool_limit", "skyportal/skyportal#1886", """\
JSON response: {'status': 'error', 'message': 'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30 (Background on this error at: http://sqlalche.me/e/3o7r)', 'data': {}}"""),
    ("queue_pool_limit", "mitodl/ol-infrastructure#3156", "500 after login, the log only links https://docs.sqlalchemy.org/en/14/errors.html#error-3o7r"),
    ("queue_pool_limit", "PriorLabs/tabpfn-client#57", "sqlalchemy.exc.TimeoutError: (Background on this error at: https://sqlalche.me/e/20/3o7r)"),
    ("pending_rollback", "datayoga-io/datayoga#302", """\
sqlalchemy.exc.PendingRollbackError: Can't reconnect until invalid transaction is rolled back.  Please rollback() fully before proceeding (Background on this error at: https://sqlalche.me/e/20/8s2b)"""),
    ("pending_rollback", "canonical/ubuntu-com-security-api#175", "sentry: PendingRollbackError in get_notices, 214 events"),
    ("worker_timeout", "apache/superset#546", """\
[2016-06-01 20:11:42 +0000] [23] [CRITICAL] WORKER TIMEOUT (pid:37)
[2016-06-01 20:11:43 +0000] [96] [INFO] Booting worker with pid: 96"""),
    ("database_locked", "sunpy/sunpy#3071", "UNEXPECTED EXCEPTION: OperationalError('(sqlite3.OperationalError) database is locked')"),
    ("database_locked", "yadayada/acd_cli#143", """\
15-09-17 11:00:01.512 [CRITICAL] [acdcli.cache.db] - Error opening database: (sqlite3.OperationalError) database is locked [SQL: 'PRAGMA table_info("metadata")']"""),
    ("table_locked", "promptfoo/promptfoo#9567", """\
sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database table is locked: evals
[SQL: SELECT evals.id FROM evals WHERE evals.id = ?]"""),
    ("terminated", "canonical/postgresql-k8s-operator#616", "2024-08-07 03:00:12 UTC [5127]: FATAL:  terminating connection due to administrator command"),
    # About something else.
    ("", "brettwooldridge/HikariCP#2047", """\
java.sql.SQLException: Connection is closed
        at com.zaxxer.hikari.pool.ProxyConnection$ClosedConnection.lambda$getClosedConnection$0(ProxyConnection.java:502)
        at kx.Functions.Functions.loadaccount(Functions.java:5756)"""),
    ("", "brettwooldridge/HikariCP#1434", """\
oracle.jdbc.driver.T4CConnection@4d432d9d marked as broken because of SQLSTATE (08003), Error Code (17008)
java.sql.SQLRecoverableException: the connection is closed
	at oracle.jdbc.driver.PhysicalConnection.prepareCall(PhysicalConnection.java:3645)"""),
    ("", "aio-libs/aiohttp#4324", """\
Exception ignored in: <function _ProactorBasePipeTransport.__del__ at 0x00000280FF592C20>
Traceback (most recent call last):
  File "C:\\Python38\\lib\\asyncio\\proactor_events.py", line 116, in __del__
    self.close()
  File "C:\\Python38\\lib\\asyncio\\base_events.py", line 508, in _check_closed
    raise RuntimeError('Event loop is closed')
RuntimeError: Event loop is closed"""),
    ("", "aio-libs-abandoned/aioredis-py#1273", """\
  File "/app/.venv/lib/python3.9/site-packages/aioredis/connection.py", line 823, in disconnect
    await self._writer.wait_closed()
  File "/usr/lib/python3.9/asyncio/streams.py", line 344, in wait_closed
    await self._protocol._get_close_waiter(self)
RuntimeError: Task <Task pending name='Task-11' coro=<scan()>> got Future <Future pending> attached to a different loop"""),
    ("", "Andrew-Chen-Wang/django-async-redis#7", """\
  File "/home/g/.venv/lib/python3.11/site-packages/redis/asyncio/connection.py", line 344, in _readline
    data = await self._stream.readline()
RuntimeError: <asyncio.locks.Lock object at 0x7f> is bound to a different event loop"""),
    ("", "aiidateam/aiida-core#6454", """\
  File "/Users/m/.venvs/core/lib/python3.10/site-packages/aiormq/connection.py", line 228, in connect
    self.reader, self.writer = await asyncio.open_connection(
ConnectionRefusedError: [Errno 61] Connect call failed ('127.0.0.1', 5672)"""),
    ("", "makeplane/plane#5776", """\
kombu.exceptions.OperationalError: [Errno 111] Connection refused
Cannot connect to amqp://guest:**@127.0.0.1:5672/: Connection refused."""),
    ("", "langgenius/dify#14810", "ERROR [MainThread] [consumer.py:493] - consumer: Cannot connect to amqp://guest:**@127.0.0.1:5672//: [Errno 111] Connection refused."),
    ("", "aio-libs/aiohttp#10153", "RuntimeError: Timeout context manager should be used inside a task"),
    ("", "sqlalchemy/sqlalchemy#5433", "sqlalchemy.exc.ResourceClosedError: This result object does not return rows. It has been closed automatically."),
    ("", "Lightning-Universe/Training-Studio_app#124", "sqlite3.OperationalError: no such column: notebookconfig.start_time"),
    ("", "sqlalchemy/sqlalchemy#5387", 'OperationalError: (psycopg2.OperationalError) FATAL:  no pg_hba.conf entry for host "10.244.65.66", user "app", database "orders", SSL off'),
    ("", "apache/superset#2158", '(_mysql_exceptions.ProgrammingError) (2014, "Commands out of sync; you can\'t run this command now")'),
    ("", "tulir/telethon-session-sqlalchemy#16", "psycopg2.errors.UndefinedColumn: column version.version does not exist"),
    ("", "albertodonato/query-exporter#266", "(pymysql.err.OperationalError) (2013, 'Lost connection to MySQL server during query')"),
    ("", "mosquito/aio-pika#157", "ConnectionRefusedError: Connection to 192.0.2.128:5672 failed: timeout"),
    ("connection_is_closed", "khoj-ai/khoj#974", """\
                           │ /usr/local/lib/python3.10/dist-pa │
                           │ ckages/django/db/backends/base/ba │
                           │ se.py:294 in _cursor              │
                           ╰───────────────────────────────────╯
InterfaceError: connection already closed"""),
    ("connection_is_closed", "PrefectHQ/prefect#13755", """\
11|prefect |   File "/srv/venv/lib/python3.10/site-packages/sqlalchemy/util/_concurrency_py3k.py", line 126, in greenlet_spawn
11|prefect |     result = context.throw(*sys.exc_info())
11|prefect | asyncpg.exceptions._base.InterfaceError: connection is closed"""),
    ("connection_is_closed", "mifunedev/orchestra#397", """\
sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) <class 'asyncpg.exceptions._base.InterfaceError'>: connection is closed
[SQL: SELECT users.id FROM users WHERE users.email = $1::VARCHAR]
[parameters: ('ada@example.com',)]
(Background on this error at: https://sqlalche.me/e/20/rvf5)"""),
    ("connection_is_closed", "sqlalchemy/sqlalchemy#11726", """\
(sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) \\u003cclass 'asyncpg.exceptions._base.InterfaceError'\\u003e: cannot call PreparedStatement.fetch(): the underlying connection is closed
(Background on this error at: https://sqlalche.me/e/14/rvf5)\\n
Can't reconnect until invalid transaction is rolled back. (Background on this error at: https://sqlalche.me/e/14/8s2b)"""),
    ("another_operation", "grillazz/fastapi-sqlalchemy-asyncpg#63", "asyncpg.exceptions._base.InterfaceError: cannot perform operation: another operation is in progress"),
    ("client_gone", "cookiecutter/cookiecutter-django#4343", "postgres  | LOG:  unexpected EOF on client connection with an open transaction"),
    ("client_gone", "ui/django-post_office#72", "2014-08-27 10:01:22 UTC LOG:  unexpected EOF on client connection"),
    ("client_gone", "EnterpriseDB/barman#44", """\
2016-06-26 06:31:43 CEST [10475-2] postgres@shop STATEMENT:  SELECT pg_create_restore_point('barman_20160626T040001')
2016-06-26 06:31:43 CEST [10475-3] postgres@shop LOG:  could not receive data from client: Connection reset by peer
2016-06-26 06:31:43 CEST [10475-4] postgres@shop LOG:  unexpected EOF on client connection with an open transaction"""),
    ("client_gone", "darioteixeira/pgocaml#44", """\
LOG:  execute nullable: select attnotnull from pg_attribute where attrelid = $1 and attnum = $2
DETAIL:  parameters: $1 = '17195', $2 = '7'
LOG:  unexpected EOF on client connection with an open transaction"""),
    ("too_many_clients", "openego/eGon-data#799", """\
  File "/srv/venv/lib/python3.8/site-packages/sqlalchemy/engine/base.py", line 1011, in execute
    return meth(self, multiparams, params)
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  sorry, too many clients already"""),
    ("", "python-telegram-bot/python-telegram-bot#4023", """\
  File "/Users/b/bot/lib/python3.9/site-packages/httpcore/_async/connection_pool.py", line 268, in handle_async_request
    raise exc
RuntimeError: Event loop is closed
The above exception was the direct cause of the following exception:
telegram.error.NetworkError: Unknown error in HTTP implementation: RuntimeError('Event loop is closed')"""),
    ("", "devgaganin/Save-Restricted-Content-Bot-v3#13", """\
  File "/usr/local/lib/python3.10/asyncio/base_events.py", line 515, in _check_closed
    raise RuntimeError('Event loop is closed')
RuntimeError: Event loop is closed
Exception ignored in: <coroutine object MTProtoSender._recv_loop at 0x7f1826ebf220>"""),
    ("", "mitodl/release-script#156", "websockets.exceptions.ConnectionClosed: WebSocket connection is closed: code = 1006 (connection closed abnormally [internal]), no reason"),
    ("", "shroominic/codeinterpreter-api#42", """\
  File "D:\\python\\env\\Lib\\site-packages\\websockets\\legacy\\client.py", line 655, in __await_impl_timeout__
    return await self.__await_impl__()
RuntimeError: Event loop is closed"""),
    ("", "devgaganin/Save-Restricted-Content-Bot-v3#48", """\
  File "/home/c/bot/lib/python3.12/site-packages/pyrogram/dispatcher.py", line 277, in handler_worker
  File "/usr/lib/python3.12/asyncio/base_events.py", line 541, in _check_closed
RuntimeError: Event loop is closed"""),
    ("", "alephdata/memorious#77", "(psycopg2.errors.DeadlockDetected) deadlock detected DETAIL: Process 974074 waits for ShareLock on transaction 2274650; blocked by process 974077."),
    ("", "apache/airflow#511", "OperationalError: (OperationalError) (1213, 'Deadlock found when trying to get lock; try restarting transaction') 'INSERT INTO xcom (`key`, value) VALUES (%s, %s)' ('return_value', '...')"),
    ("", "chain-ml/alphaswarm#44", "telegram.ext.Application: Unknown error in HTTP implementation: RuntimeError('Event loop is closed')"),
    ("server_closed", "docker-library/postgres#248", """\
psycopg2.OperationalError: server closed the connection unexpectedly
LOG:  received smart shutdown request
LOG:  database system is shut down"""),
    ("database_locked", "basak/glacier-cli#59", """\
  File "/home/d/.local/lib/python2.7/site-packages/sqlalchemy/engine/base.py", line 1139, in _execute_context
sqlalchemy.exc.OperationalError: (OperationalError) database is locked u'PRAGMA table_info("vault")' ()"""),
]  # fmt: skip
