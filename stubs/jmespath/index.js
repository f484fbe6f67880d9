// The entry of the JMESPath library in the bundle: all of it, since src/ hands it on as a whole.
export * from '@jmespath-community/jmespath'
