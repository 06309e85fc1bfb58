/** Holds whoever wants to pass until it is opened. */
export class Gate {
  private readonly opened = Promise.withResolvers<undefined>();

  passed(): Promise<undefined> {
    return this.opened.promise;
  }

  open(): void {
    this.opened.resolve(undefined);
  }
}
