metadata description = 'Log Analytics workspace and Application Insights with Entra authentication.'

@description('Required. Start of the names, 1 to 40 characters.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. Days that logs are kept, 30 to 730.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('A role of this module: telemetryPublisher sends telemetry and reads none.')
type roleAssignment = {
  @description('What the principal is called here. Names of assignments come from it, so that what-if can foretell them.')
  principal: string
  principalId: string
  role: 'telemetryPublisher'
}

@description('Required. Who has which role on the Application Insights component.')
param roleAssignments roleAssignment[]

var roleIds = {
  // Monitoring Metrics Publisher: its data actions write telemetry, nothing else.
  telemetryPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

// Who queried the logs. Application Insights has no setting of its own: it would store everything twice.
resource workspaceDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: workspace
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'Audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: '${name}-insights'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    DisableIpMasking: false
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for assignment in roleAssignments: {
    name: guid(insights.id, assignment.principal, assignment.role)
    scope: insights
    properties: {
      principalId: assignment.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roleIds[assignment.role]
      )
    }
  }
]

output workspaceId string = workspace.id
@description('Where telemetry goes. Its instrumentation key opens nothing, since local authentication is off.')
output connectionString string = insights.properties.ConnectionString
