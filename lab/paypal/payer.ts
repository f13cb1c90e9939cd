/** Who pays here, whoever it is. */
export const PAYER = {
  name: { given_name: 'Pat', surname: 'Payer' },
  email_address: 'payer@lab.example',
  payer_id: 'LABPAYER00001',
  address: { country_code: 'US' },
} as const
