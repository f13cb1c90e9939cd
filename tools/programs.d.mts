export function redisPath(): string | undefined
export function hledgerPath(): string | undefined
export function installPrograms(): string | undefined
