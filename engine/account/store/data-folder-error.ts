/** Every code that opening a data folder ends with, and what it means. */
const DATA_FOLDER_ERRORS = {
  DATA_FOLDER_IN_USE: 'another process, or another account of this one, works with the folder',
  ACCOUNT_FILE_DAMAGED: 'the file of the account is not what was written',
  ACCOUNT_FILE_NEWER: 'the file of the account was written by a later version of the program',
  SEGMENT_NEWER: 'a file of records was written by a later version of the program',
} as const satisfies Record<string, string>;

export type DataFolderErrorCode = keyof typeof DATA_FOLDER_ERRORS;

/** A data folder cannot be opened. Match on `code`. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  readonly code: DataFolderErrorCode;

  /** @param what happened and where, and @param fix what to do about it; both without a full stop. */
  constructor(code: DataFolderErrorCode, what: string, fix: string, cause?: unknown) {
    super(`${code} ${what}. ${fix}.`, { cause });
    this.code = code;
  }
}
