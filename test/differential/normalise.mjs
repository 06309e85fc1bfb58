const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d{6})?/g;
const FILE = /file:\/\/\/\S*?\/(fast|slow)\//g;

/** Takes out of a text what cannot be the same at two servers: ids, times, hosts and folders. Their form stays. */
export const normaliser = (baseUrl, names) => (text) =>
  text
    .replaceAll(baseUrl, '<server>')
    .replaceAll(FILE, 'file:///<folder>/$1/')
    .replaceAll(UUID, (id) => names.get(id) ?? '<uuid>')
    .replaceAll(
      TIME,
      (_time, separator, fraction) => `<date>${separator}<time>${fraction === undefined ? '' : '.<fraction>'}`,
    );
