/** Reason phrase and standard sentence of a status, as clients of this API know them. */
type StatusText = Readonly<{ title: string; explanation: string }>;

const SERVER_ERROR: StatusText = {
  title: 'Internal Server Error',
  explanation: 'The server has either erred or is incapable of performing the requested operation.',
};

const TEXTS: Readonly<Record<number, StatusText>> = {
  400: {
    title: 'Bad Request',
    explanation: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  },
  401: {
    title: 'Unauthorized',
    explanation:
      'This server could not verify that you are authorized to access the document you requested. Either you supplied ' +
      'the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.',
  },
  403: { title: 'Forbidden', explanation: 'Access was denied to this resource.' },
  404: { title: 'Not Found', explanation: 'The resource could not be found.' },
  405: { title: 'Method Not Allowed', explanation: 'The method is not allowed for this resource. ' },
  406: { title: 'Not Acceptable', explanation: 'The resource has no form that is acceptable to the client.' },
  408: { title: 'Request Timeout', explanation: 'The request took too long to arrive.' },
  409: { title: 'Conflict', explanation: 'There was a conflict when trying to complete your request.' },
  410: { title: 'Gone', explanation: 'This resource is no longer available.  No forwarding address is given.' },
  411: { title: 'Length Required', explanation: 'Content-Length header required.' },
  412: { title: 'Precondition Failed', explanation: 'Request precondition failed.' },
  413: {
    title: 'Request Entity Too Large',
    explanation: 'The body of your request was too large for this server.',
  },
  414: { title: 'Request URI Too Long', explanation: 'The request URI was too long for this server.' },
  415: { title: 'Unsupported Media Type', explanation: 'The request media type is not supported by this server.\n' },
  416: { title: 'Request Range Not Satisfiable', explanation: 'The Range requested is not available.' },
  429: { title: 'Too Many Requests', explanation: 'The client has sent too many requests.' },
  431: { title: 'Request Header Fields Too Large', explanation: 'A field of the request header is too large.' },
  500: SERVER_ERROR,
  501: { title: 'Not Implemented', explanation: 'The request method is not implemented for this server. ' },
  503: {
    title: 'Service Unavailable',
    explanation: 'The server is currently unavailable. Please try again at a later time.',
  },
  504: { title: 'Gateway Timeout', explanation: 'The gateway has timed out.' },
};

/** Texts of an error status; of a status without own texts those of its class. */
export const statusText = (status: number): StatusText => TEXTS[status] ?? (status < 500 ? BAD_REQUEST : SERVER_ERROR);

const BAD_REQUEST: StatusText = { title: 'Client Error', explanation: 'The request cannot be fulfilled.' };
