/** One campaign as the command runs it, in jobs of one kind. */
export interface SectionOf<Job> {
  readonly name: string;
  readonly about: string;
  /** Records, cuts, images, messages, deaths or nodes on Node.js, and inside XS. */
  readonly nodeCount: number;
  readonly xsCount: number;
  /** Its parts are shown in one table. */
  readonly table?: boolean;
  /** In parts for so many processes. */
  readonly jobs: (count: number, seed: number, processes: number) => Job[];
}
