-- wrk's script: sends BENCH_BODY as JSON if there is one, and prints the outcome as one line of JSON.
local body = os.getenv('BENCH_BODY')
if body then
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'application/json'
  wrk.body = body
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers":%d,"refused":%d,"broken":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
