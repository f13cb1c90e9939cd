/** The database cannot be had. The message is one sentence for the person at the terminal. */
export class ClusterUnavailable extends Error {
  override readonly name = 'ClusterUnavailable'
}

/** Gives every failure of opening `folder` its one sentence; the technical error stays as the cause. */
export function asUnavailable(error: unknown, folder: string): ClusterUnavailable {
  if (error instanceof ClusterUnavailable) return error
  return new ClusterUnavailable(sentence(error, folder), { cause: error })
}

export function diskFull(folder: string): string {
  return `the disk that holds the data folder ${folder} is full; free some space and start again`
}

export function notAFolder(path: string): string {
  return `${path} is a file where the data folder should be; move it away or set TONGBAO_DATA to another folder`
}

function sentence(error: unknown, folder: string): string {
  const path = textOf(error, 'path') ?? folder
  switch (textOf(error, 'code')) {
    case 'EACCES':
    case 'EPERM':
      return `this user may not use ${path}; give it the data folder ${folder} or set TONGBAO_DATA to one it may write`
    case 'EROFS':
      return `the data folder ${folder} is on a read-only disk; set TONGBAO_DATA to a folder that can be written`
    case 'ENOENT':
      return `the data folder ${folder} cannot be made, for ${path} takes no folders; set TONGBAO_DATA to another one`
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder)
    case 'ENOTDIR':
    case 'EEXIST':
      return notAFolder(path)
    default:
      return `the database in ${folder} cannot be opened: ${error instanceof Error ? error.message : String(error)}`
  }
}

function textOf(error: unknown, key: 'code' | 'path'): string | undefined {
  const value = error instanceof Error ? Reflect.get(error, key) : undefined
  return typeof value === 'string' ? value : undefined
}
