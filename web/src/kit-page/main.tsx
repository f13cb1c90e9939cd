import { start } from '~/app/start.tsx'
import { KitPage } from '~/kit-page/page.tsx'

void start(['kit', 'shell', 'kit-page'], <KitPage />)
