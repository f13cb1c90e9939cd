export function redisPath(): string | undefined
export function installRedis(): string | undefined
