import { networkInterfaces } from 'node:os';

/** Whether an address is one of the machine this process runs on, now. */
export function isThisMachine(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) =>
    list?.some((own) => own.address === address),
  );
}
