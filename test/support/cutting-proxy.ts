import { JoiningProxy } from './joining-proxy.js';
import type { Joined } from './joining-proxy.js';

/** Stands between a client and a server, and loses answers on demand. */
export class CuttingProxy extends JoiningProxy {
  /** How many answers were lost. */
  cuts = 0;
  private cutsNext = false;

  static start(targetPort: number): Promise<CuttingProxy> {
    return new CuttingProxy(targetPort).listen();
  }

  /** The server's next answer does not arrive: instead, its connection breaks. */
  cutNextAnswer(): void {
    this.cutsNext = true;
  }

  protected override fromTarget(data: Buffer, joined: Joined): void {
    if (!this.cutsNext) {
      super.fromTarget(data, joined);
      return;
    }
    this.cutsNext = false;
    this.cuts += 1;
    this.cut(joined);
  }
}
