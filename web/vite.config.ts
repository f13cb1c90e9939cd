import { join } from 'node:path'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compiledWords } from './build/compiled-words.ts'
import { firstScript } from './build/first-script.ts'
import { sharedHtml } from './build/shared-html.ts'

const root = import.meta.dirname
const KIT_PAGE = /\/web\/(?:src\/kit-page\/|src\/words\/kit-page\/|kit\.html)/

const BASE = [
  /\/node_modules\/(?:react|react-dom|scheduler|@tanstack|@lingui|openapi-fetch)\//,
  /\/sdk\/src\/|\/web\/src\/(?:app|shell)\//,
  /\/web\/src\/kit\/(?:amounts|button|data-block|format|icons|mark|notes|skeleton|spinner|times)\./,
]

export default defineConfig({
  root,
  plugins: [sharedHtml(), firstScript(), compiledWords(), react(), tailwind()],
  resolve: {
    alias: {
      '~': join(root, 'src'),
      '@tongbao/sdk': join(root, '../sdk/src/index.ts'),
    },
  },
  build: {
    target: 'es2023',
    manifest: true,
    // A file inside the page is one that the policy must allow and no cache can keep.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      input: ['index.html', 'console.html', 'kit.html'].map((name) => join(root, name)),
      output: {
        // What only developers see lies apart, so that a server in production can leave it out.
        entryFileNames: ({ facadeModuleId }) => fileName(facadeModuleId),
        chunkFileNames: ({ facadeModuleId }) => fileName(facadeModuleId),
        // What every page stands on comes in one file: each file more is a trip on a slow line.
        codeSplitting: {
          groups: [
            { name: 'base', test: (id) => BASE.some((one) => one.test(id)), minShareCount: 2 },
          ],
        },
        assetFileNames: 'static/[name]-[hash][extname]',
      },
    },
  },
  server: {
    proxy: {
      '^/(api|assets|docs|openapi.json)': {
        target: process.env['TONGBAO_SERVER'] ?? 'http://localhost:7300',
        ws: true,
        // The server takes changes from its own pages only; behind this proxy they are its own.
        configure: (proxy) =>
          proxy.on('proxyReq', (request) => {
            if (request.hasHeader('origin'))
              request.setHeader('origin', process.env['TONGBAO_SERVER'] ?? 'http://localhost:7300')
          }),
      },
    },
  },
})

const fileName = (facade: string | null): string =>
  `${facade !== null && KIT_PAGE.test(facade) ? 'kit' : 'static'}/[name]-[hash].js`
