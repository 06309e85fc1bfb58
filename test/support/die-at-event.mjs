// Loaded before the program with `node --import`: the process dies, as by kill -9, right before or right after it records
// an event. HINDSIGHT_TEST_CRASH is JSON: {"when": "before" or "after", "event": its type, "data": a part of its data}
import Database from 'better-sqlite3';

const point = JSON.parse(process.env.HINDSIGHT_TEST_CRASH);
const die = () => process.kill(process.pid, 'SIGKILL');
const isMeant = ({ type, data }) => type === point.event && data.includes(point.data);

const { prepare } = Database.prototype;
Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (!sql.startsWith('INSERT INTO events ')) return statement;
  const { run } = statement;
  statement.run = function (row) {
    if (isMeant(row)) {
      if (point.when === 'before') die();
      queueMicrotask(die); // the transaction commits before that
    }
    return run.call(this, row);
  };
  return statement;
};
