import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { differences } from '~/console/parts/diff.ts'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { PairSkeleton } from '~/console/parts/skeletons.tsx'
import {
  type ProductType,
  PublishDialog,
  type Version,
} from '~/console/products/publish-dialog.tsx'
import { useReadTerms } from '~/console/products/term-names.ts'
import { NEW_TERMS, type Terms } from '~/console/products/terms.ts'
import { TermsFacts } from '~/console/products/terms-facts.tsx'
import { TermsForm } from '~/console/products/terms-form.tsx'
import { VersionsCard } from '~/console/products/versions-card.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useText, useWords } from '~/words/words.ts'

const route = getRouteApi('/console/products/$id')

export function ProductPage() {
  const { id } = route.useParams()
  return id === 'new' ? <NewProduct /> : <KnownProduct id={id} />
}

function NewProduct() {
  const say = useWords('console')
  return (
    <>
      <PageHeader title={say('products.add')} above={<Back />} />
      <Editor key="new" version={undefined} />
    </>
  )
}

const Back = () => {
  const say = useWords('console')
  return (
    <Link to="/console/products" className={linkLook}>
      {say('products.title')}
    </Link>
  )
}

function KnownProduct({ id }: { readonly id: string }) {
  const say = useWords('console')
  const text = useText()
  const query = useQuery({
    queryKey: ['products', id],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/products/{id}/versions', {
        path: { id },
        query: { limit: 20 },
        signal,
      }),
    select: ({ items }) => items,
  })
  const [newest] = query.data ?? []
  return (
    <>
      <PageHeader
        title={newest ? text(newest.terms.name) : say('products.one')}
        above={<Back />}
        more={
          newest && (
            <span className="flex flex-wrap gap-2">
              <Chip>{say('products.number', { id: newest.product_id })}</Chip>
              <Chip>{say('products.version_n', { n: newest.version })}</Chip>
            </span>
          )
        }
      />
      <DataBlock query={query} skeleton={<PairSkeleton from="lg" />}>
        {(versions) => (
          <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
            <Editor key={newest?.version} version={newest} />
            <VersionsCard versions={versions} />
          </div>
        )}
      </DataBlock>
    </>
  )
}

function Editor({ version }: { readonly version: Version | undefined }) {
  const say = useWords('console')
  const may = useMay()
  const known = version?.terms
  const [terms, setTerms] = useState<Terms>(known ?? NEW_TERMS)
  const [type, setType] = useState<ProductType>(version?.product_type ?? 'recharge')
  const [publishing, setPublishing] = useState(false)
  const [undone, setUndone] = useState(0)
  const read = useReadTerms()
  const changes = differences(read(known), read(terms))
  if (!may('products:write'))
    return (
      <Card title={say('products.terms')} more={say('products.read_only')}>
        <TermsFacts terms={terms} />
      </Card>
    )
  const undo = () => {
    setTerms(known ?? NEW_TERMS)
    setUndone(undone + 1)
  }
  return (
    <Card
      title={version ? say('products.edit') : say('products.add')}
      more={say('products.edit_more')}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setPublishing(true)
        }}
      >
        <div className="grid min-w-0 gap-6">
          <TermsForm
            key={undone}
            terms={terms}
            onChange={setTerms}
            type={type}
            onType={version ? undefined : setType}
          />
        </div>
        <div className="mt-6 flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={changes.length === 0}>
            {say('products.review')}
          </Button>
          {version && changes.length > 0 && <Button onClick={undo}>{say('products.undo')}</Button>}
          <span className="text-small text-soft" aria-live="polite">
            {say('products.changes', { n: changes.length })}
          </span>
        </div>
      </form>
      {publishing && (
        <PublishDialog
          version={version}
          terms={terms}
          type={type}
          onClose={() => setPublishing(false)}
        />
      )}
    </Card>
  )
}
