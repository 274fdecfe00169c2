/** What things are called in every world that tests put an operator in. */
export const operatorNamespace = 'kiavi-system'
export const customers = 'customers'
export const serviceAccount = 'kiavi-operator'
