import { type ReactNode, useState } from 'react'
import { Button, IconButton } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip, type Tone } from '~/kit/chip.tsx'
import { Checkbox, RadioCards, Switch } from '~/kit/choice.tsx'
import { CodeInput } from '~/kit/code-input.tsx'
import { ConfirmDialog, Dialog } from '~/kit/dialog.tsx'
import { Input, Select, Textarea } from '~/kit/field.tsx'
import { Icon } from '~/kit/icons.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '~/kit/menu.tsx'
import { Note } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { Tooltip } from '~/kit/tooltip.tsx'
import { useWords } from '~/words/words.ts'

const LOOKS = ['primary', 'second', 'quiet', 'danger'] as const
const TONES: readonly Tone[] = ['plain', 'bronze', 'good', 'warn', 'bad', 'note']

export const Row = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex flex-wrap items-center gap-3">{children}</div>
)

/** What is pressed, typed and chosen. */
export function Basics() {
  return (
    <div className="grid gap-6">
      <Buttons />
      <Fields />
      <Choosing />
      <Floating />
      <Words />
    </div>
  )
}

function Buttons() {
  const say = useWords('kit-page')
  return (
    <Card title={say('buttons')}>
      <div className="grid gap-4">
        {LOOKS.map((look) => (
          <Row key={look}>
            <Button look={look}>{say('buttons.act')}</Button>
            <Button look={look} icon="plus">
              {say('buttons.act')}
            </Button>
            <Button look={look} busy>
              {say('buttons.busy')}
            </Button>
            <Button look={look} disabled>
              {say('buttons.disabled')}
            </Button>
            <Button look={look} size="small">
              {say('buttons.small')}
            </Button>
            <Button look={look} size="large">
              {say('buttons.large')}
            </Button>
            <IconButton look={look} icon="refresh" label={say('buttons.act')} />
          </Row>
        ))}
      </div>
    </Card>
  )
}

function Fields() {
  const say = useWords('kit-page')
  const [code, setCode] = useState('123')
  return (
    <Card title={say('fields')}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Input label={say('fields.name')} hint={say('fields.hint')} />
        <Input label={say('fields.name')} defaultValue="Ada" fault={say('fields.fault')} />
        <Input
          label={say('fields.amount')}
          figures
          defaultValue="1280"
          before={<Icon name="coin" />}
          aside={say('fields.optional')}
        />
        <Input label={say('fields.name')} disabled defaultValue="Ada" />
        <Select
          label={say('fields.select')}
          options={['a', 'b', 'c'].map((value) => ({
            value,
            label: say(`fields.option.${value as 'a' | 'b' | 'c'}`),
          }))}
        />
        <Textarea label={say('fields.text')} hint={say('fields.hint')} />
        <CodeInput label={say('fields.code')} value={code} onChange={setCode} />
        <CodeInput
          label={say('fields.code')}
          value=""
          onChange={setCode}
          fault={say('fields.fault')}
        />
      </div>
    </Card>
  )
}

function Choosing() {
  const say = useWords('kit-page')
  const [chosen, setChosen] = useState<'a' | 'b' | 'c'>('a')
  return (
    <Card title={say('choices')}>
      <div className="grid gap-5">
        <Checkbox label={say('choices.check')} hint={say('fields.hint')} defaultChecked />
        <Checkbox label={say('choices.check')} disabled />
        <Switch label={say('choices.switch')} hint={say('fields.hint')} defaultChecked />
        <Switch label={say('choices.switch')} />
        <RadioCards
          legend={say('choices.cards')}
          columns={3}
          value={chosen}
          onChange={setChosen}
          options={[
            { value: 'a', label: say('fields.option.a'), hint: say('fields.hint') },
            { value: 'b', label: say('fields.option.b'), aside: <Chip tone="bronze">+10%</Chip> },
            { value: 'c', label: say('fields.option.c'), disabled: true },
          ]}
        />
      </div>
    </Card>
  )
}

function Floating() {
  const say = useWords('kit-page')
  const [open, setOpen] = useState<'dialog' | 'side' | 'confirm' | 'typed'>()
  const [sort, setSort] = useState<'a' | 'b'>('a')
  const close = () => setOpen(undefined)
  return (
    <Card title={say('floating')}>
      <Row>
        {(['dialog', 'side', 'confirm', 'typed'] as const).map((one) => (
          <Button key={one} onClick={() => setOpen(one)}>
            {say(`floating.${one}`)}
          </Button>
        ))}
        <Menu align="start" trigger={<Button icon="more">{say('floating.menu')}</Button>}>
          <MenuItem icon="copy">{say('buttons.act')}</MenuItem>
          <MenuItem icon="close" danger>
            {say('buttons.act')}
          </MenuItem>
          <MenuLine />
          <MenuChoice
            label={say('fields.select')}
            value={sort}
            onChange={setSort}
            options={(['a', 'b'] as const).map((value) => ({
              value,
              label: say(`fields.option.${value}`),
            }))}
          />
        </Menu>
        <Tooltip text={say('fields.hint')}>
          <Button look="quiet">{say('floating.tooltip')}</Button>
        </Tooltip>
        <Button onClick={() => tell({ title: say('notes.good'), more: say('fields.hint') })}>
          {say('floating.toast')}
        </Button>
      </Row>
      <Dialog
        open={open === 'dialog' || open === 'side'}
        place={open === 'side' ? 'side' : 'middle'}
        onClose={close}
        title={say('floating.dialog')}
        more={say('fields.hint')}
        acts={
          <>
            <Button look="primary" onClick={close}>
              {say('buttons.act')}
            </Button>
            <Button onClick={close}>{say('buttons.small')}</Button>
          </>
        }
      >
        <Input label={say('fields.name')} />
      </Dialog>
      <ConfirmDialog
        danger
        open={open === 'confirm' || open === 'typed'}
        onClose={close}
        onConfirm={close}
        title={say('floating.confirm')}
        more={say('fields.hint')}
        act={say('buttons.act')}
        {...(open === 'typed' && { typed: 'Ada' })}
      />
    </Card>
  )
}

function Words() {
  const say = useWords('kit-page')
  return (
    <Card title={say('notes')}>
      <div className="grid gap-3">
        <Row>
          {TONES.map((tone) => (
            <Chip key={tone} tone={tone}>
              {say(`tone.${tone}`)}
            </Chip>
          ))}
        </Row>
        {(['plain', 'good', 'warn', 'bad', 'note'] as const).map((tone) => (
          <Note key={tone} tone={tone} title={say(`notes.${tone}`)}>
            {say('fields.hint')}
          </Note>
        ))}
      </div>
    </Card>
  )
}
