import { lazy, Suspense, useState } from 'react'
import { useMay } from '~/console/parts/may.ts'
import type { Owner, Standing } from '~/console/people/person-page.tsx'
import { Button } from '~/kit/button.tsx'
import { useWords } from '~/words/words.ts'

const AdjustDialog = lazy(async () => ({
  default: (await import('~/console/people/adjust-dialog.tsx')).AdjustDialog,
}))
const FreezeDialog = lazy(async () => ({
  default: (await import('~/console/people/freeze-dialog.tsx')).FreezeDialog,
}))
const GrantDialog = lazy(async () => ({
  default: (await import('~/console/people/grant-dialog.tsx')).GrantDialog,
}))

interface Props {
  readonly owner: Owner
  readonly standing: Standing
}

/** What can be done to somebody, by whoever may; the others are shown nothing. */
export function PersonActs({ owner, standing }: Props) {
  const say = useWords('console')
  const may = useMay()
  const [open, setOpen] = useState<'grant' | 'adjust' | 'freeze'>()
  const close = () => setOpen(undefined)
  const isFrozen = standing.frozen !== null
  return (
    <>
      {may('credits:grant') && (
        <>
          <Button look="primary" icon="plus" onClick={() => setOpen('grant')}>
            {say('grant.act')}
          </Button>
          <Button onClick={() => setOpen('adjust')}>{say('adjust.act')}</Button>
        </>
      )}
      {may('credits:guard') && (
        <Button onClick={() => setOpen('freeze')}>
          {isFrozen ? say('unfreeze.act') : say('freeze.act')}
        </Button>
      )}
      <Suspense>
        {open === 'grant' && <GrantDialog owner={owner} onClose={close} />}
        {open === 'adjust' && <AdjustDialog owner={owner} onClose={close} />}
        {open === 'freeze' && <FreezeDialog owner={owner} isFrozen={isFrozen} onClose={close} />}
      </Suspense>
    </>
  )
}
