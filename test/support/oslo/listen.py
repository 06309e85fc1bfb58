"""Prints each notification that oslo.messaging delivers as a line of JSON, until its standard input ends.

Arguments: transport URL, exchange, topic.
"""
import json
import sys

from oslo_config import cfg
import oslo_messaging


class Printer:
    def info(self, ctxt, publisher_id, event_type, payload, metadata):
        self._print('info', ctxt, publisher_id, event_type, payload, metadata)

    def error(self, ctxt, publisher_id, event_type, payload, metadata):
        self._print('error', ctxt, publisher_id, event_type, payload, metadata)

    def _print(self, priority, ctxt, publisher_id, event_type, payload, metadata):
        print(json.dumps({
            'priority': priority,
            'publisher_id': publisher_id,
            'event_type': event_type,
            'payload': payload,
            'metadata': metadata,
        }), flush=True)


url, exchange, topic = sys.argv[1:]
conf = cfg.ConfigOpts()
conf([], project='listener', default_config_files=[], default_config_dirs=[])
transport = oslo_messaging.get_notification_transport(conf, url)
target = oslo_messaging.Target(exchange=exchange, topic=topic)
listener = oslo_messaging.get_notification_listener(
    transport, [target], [Printer()], executor='threading')
conf.set_override('executor_thread_pool_size', 1)  # prints in the order of arrival
listener.start()
print('{"listening": true}', flush=True)
sys.stdin.read()
listener.stop()
listener.wait()
