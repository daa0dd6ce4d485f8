metadata description = 'Key Vault of refresh tokens, app credentials and the sealing key.'

@description('Required. Name of the vault, 3 to 24 letters and digits, unique in the cloud.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Required. Whether the vault answers its private endpoints alone.')
param isPrivate bool

@description('Required. Whether a lock keeps the vault from being deleted.')
param protectFromDeletion bool

@description('A role of this module: brokerSecrets reads, writes, disables and deletes secrets.')
type roleAssignment = {
  @description('What the principal is called here. Names of assignments come from it, so that what-if can foretell them.')
  principal: string
  principalId: string
  role: 'brokerSecrets'
}

@description('Required. Who has which role on the vault.')
param roleAssignments roleAssignment[]

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'None' }
  }
}

// Key Vault Secrets Officer could also list, back up, restore, recover and purge.
resource brokerSecrets 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(vault.id, 'brokerSecrets')
  properties: {
    roleName: 'Connection broker secrets (${name})'
    description: 'Reads, writes, disables and deletes secrets whose name it knows. It cannot list, recover or purge.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/getSecret/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
          'Microsoft.KeyVault/vaults/secrets/update/action'
          'Microsoft.KeyVault/vaults/secrets/delete'
        ]
        notDataActions: []
      }
    ]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for assignment in roleAssignments: {
    name: guid(vault.id, assignment.principal, assignment.role)
    scope: vault
    properties: {
      principalId: assignment.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', brokerSecrets.name)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protectFromDeletion) {
  name: 'no-deletion'
  scope: vault
  properties: { level: 'CanNotDelete', notes: 'Without its secrets every person has to sign in again.' }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
