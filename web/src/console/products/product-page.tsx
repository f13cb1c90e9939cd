import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Answer, Body } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { PairSkeleton } from '~/console/parts/skeletons.tsx'
import { useTermName } from '~/console/products/term-names.ts'
import { NEW_TERMS, readTerms, type Terms } from '~/console/products/terms.ts'
import { TermsForm } from '~/console/products/terms-form.tsx'
import { VersionsCard } from '~/console/products/versions-card.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useFormat } from '~/kit/format.ts'
import { Note } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { tell } from '~/kit/toast.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

type Version = Answer<'list_product_versions'>['items'][number]
type ProductType = Body<'add_product'>['product_type']
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
  const language = useLanguage()
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
        title={newest ? newest.terms.name[language === 'en' ? 'en' : 'zh'] : say('products.one')}
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
  const changes = differences(known ?? {}, terms)
  const mayWrite = may('products:write')
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
        <fieldset disabled={!mayWrite} className="grid min-w-0 gap-6">
          <legend className="sr-only">{say('products.edit')}</legend>
          <TermsForm
            terms={terms}
            onChange={setTerms}
            type={type}
            onType={version ? undefined : setType}
          />
        </fieldset>
        {mayWrite ? (
          <div className="mt-6 flex flex-wrap items-center gap-3">
            <Button type="submit" look="primary" disabled={changes.length === 0}>
              {say('products.review')}
            </Button>
            {version && changes.length > 0 && (
              <Button onClick={() => setTerms(version.terms)}>{say('products.undo')}</Button>
            )}
            <span className="text-small text-soft" aria-live="polite">
              {say('products.changes', { n: changes.length })}
            </span>
          </div>
        ) : (
          <div className="mt-6">
            <Note>{say('products.read_only')}</Note>
          </div>
        )}
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

interface PublishProps {
  readonly version: Version | undefined
  readonly terms: Terms
  readonly type: ProductType
  readonly onClose: () => void
}

/** What will be different, and why; whoever has an order keeps the version they were promised. */
function PublishDialog({ version, terms, type, onClose }: PublishProps) {
  const say = useWords('console')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const language = useLanguage()
  const nameOf = useTermName()
  const format = useFormat()
  const publish = useMutation({
    mutationFn: (reason: string) =>
      version
        ? api.put('/api/v1/admin/products/{id}', {
            path: { id: String(version.product_id) },
            body: { version: version.version, terms, reason },
          })
        : api.post('/api/v1/admin/products', { body: { product_type: type, terms, reason } }),
    onSuccess: ({ product_id, version: n }) => {
      tell({
        title: say('products.published_n', { n }),
        more: terms.name[language === 'en' ? 'en' : 'zh'],
      })
      void queries.invalidateQueries({ queryKey: ['products'] })
      onClose()
      void navigate({ to: '/console/products/$id', params: { id: String(product_id) } })
    },
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => publish.mutate(reason)}
      title={say('products.publish_title', { n: (version?.version ?? 0) + 1 })}
      more={say('products.publish_more')}
      act={say('products.publish')}
      busy={publish.isPending}
      error={publish.error}
    >
      <DiffTable
        rows={differences(readTerms(version?.terms, format), readTerms(terms, format))}
        nameOf={nameOf}
      />
    </ReasonDialog>
  )
}
