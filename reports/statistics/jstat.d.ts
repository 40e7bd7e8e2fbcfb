/** The part of jstat that distributions.ts uses; the package has no types of its own. */
declare module 'jstat' {
  const jStat: {
    betaln(alpha: number, beta: number): number;
    readonly normal: {
      cdf(x: number, mean: number, standardDeviation: number): number;
      inv(probability: number, mean: number, standardDeviation: number): number;
    };
    readonly gamma: {
      inv(probability: number, shape: number, scale: number): number;
    };
    readonly studentt: {
      cdf(x: number, degrees: number): number;
      inv(probability: number, degrees: number): number;
    };
    readonly beta: {
      cdf(x: number, alpha: number, beta: number): number;
      inv(probability: number, alpha: number, beta: number): number;
    };
  };
  const jstat: { readonly jStat: typeof jStat };
  export = jstat;
}
