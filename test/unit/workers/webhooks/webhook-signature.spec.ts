import { signedHeaders } from '../../../../src/workers/webhooks/webhook-signature.js';

describe('the signature of a webhook', () => {
  // The example in the documentation of Standard Webhooks' libraries.
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
  const at = new Date(1614265330_999);

  it('is that of Standard Webhooks', () => {
    expect(signedHeaders(message, [key], at)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is there once for each key', () => {
    const [one, other] = [Buffer.alloc(32, 1), key];
    const { 'webhook-signature': signatures } = signedHeaders(message, [one, other], at);
    expect(signatures).toBe(
      `${signedHeaders(message, [one], at)['webhook-signature']} ${signedHeaders(message, [other], at)['webhook-signature']}`,
    );
  });
});
