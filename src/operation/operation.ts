export type FinalStateVia = 'auto' | 'azure-async-operation' | 'operation-location' | 'location' | 'original-uri'
