metadata description = 'The user-assigned identity that the broker runs as, and that app registrations trust.'

@description('Required. Name of the identity, 3 to 128 characters.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resource.')
param tags { *: string }

@description('Required. Whether a lock keeps the identity from being deleted.')
param protectFromDeletion bool

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protectFromDeletion) {
  name: 'no-deletion'
  scope: identity
  properties: { level: 'CanNotDelete', notes: 'App registrations trust this identity by its object id.' }
}

output id string = identity.id
output principalId string = identity.properties.principalId
output clientId string = identity.properties.clientId
