/**
 * Stands in the bundles for the SDK's search for credentials: Lambda hands them over as environment variables, and what
 * looks everywhere else takes an eighth of a cold start.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
