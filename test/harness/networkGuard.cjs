// Watches every door of Node to the network, from the time it is loaded. Each attempt is noted with its stack and refused.
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

/** Starts watching; `isOurs` decides by the stack of a call whether it is noted and refused. Returns how to stop. */
exports.watchNetwork = (note, isOurs = () => true) => {
  const undo = [];
  const guard = (owner, name) => {
    const original = owner?.[name];
    if (typeof original !== 'function') return;
    const guarded = function (...args) {
      const call = new Error(`${name} was called`);
      // Without this function itself, which may lie among our files.
      Error.captureStackTrace(call, guarded);
      if (isOurs(call.stack)) {
        note(call.stack);
        throw new Error(`No network: ${name}`);
      }
      return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
    };
    owner[name] = guarded;
    undo.push(() => (owner[name] = original));
  };
  guard(net.Socket.prototype, 'connect');
  guard(net.Server.prototype, 'listen');
  for (const name of ['bind', 'send', 'connect']) guard(dgram.Socket.prototype, name);
  for (const owner of [dns, dns.promises]) for (const name of ['lookup', 'resolve', 'resolve4']) guard(owner, name);
  for (const name of ['fetch', 'WebSocket', 'EventSource']) guard(globalThis, name);
  return () => undo.forEach((restore) => restore());
};
