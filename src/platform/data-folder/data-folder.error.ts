/** The data folder cannot be used; the message names the cause and the cure. */
export class DataFolderError extends Error {
  override readonly name: string = 'DataFolderError';
}
