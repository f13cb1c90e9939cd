export { reportRoutes } from './admin-routes.ts'
