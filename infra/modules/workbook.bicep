metadata description = 'Workbook of the operators: what is broken, who mends it, how tokens do.'

@description('Required. Name of the deployment, shown in the title.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the workbook.')
param tags { *: string }

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

type chart = {
  title: string
  query: string
  visualization: 'table' | 'timechart' | 'barchart'
  @description('Optional. Days that are looked back, whatever range is chosen: what is broken stays so.')
  days: int?
}

var charts chart[] = [
  {
    title: 'Connections that need a sign-in now'
    query: loadTextContent('../queries/workbook/connectionsToRepair.kql')
    visualization: 'table'
    days: 90
  }
  {
    title: 'Apps whose credential was rejected'
    query: loadTextContent('../queries/workbook/rejectedApps.kql')
    visualization: 'table'
    days: 90
  }
  {
    title: 'Failed refreshes by remedy'
    query: loadTextContent('../queries/workbook/failuresByRemedy.kql')
    visualization: 'barchart'
  }
  {
    title: 'Token latency in milliseconds'
    query: loadTextContent('../queries/workbook/tokenLatency.kql')
    visualization: 'timechart'
  }
  {
    title: 'Token requests by status'
    query: loadTextContent('../queries/workbook/tokenVolume.kql')
    visualization: 'timechart'
  }
  {
    title: 'What the timer does'
    query: loadTextContent('../queries/workbook/timer.kql')
    visualization: 'timechart'
  }
  {
    title: 'Failed requests by error code'
    query: loadTextContent('../queries/workbook/failedRequests.kql')
    visualization: 'table'
  }
]

var timeRange = {
  type: 9
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    parameters: [
      {
        id: guid(resourceGroup().id, name, 'range')
        version: 'KqlParameterItem/1.0'
        name: 'Range'
        type: 4
        value: { durationMs: 86400000 }
        typeSettings: {
          selectableValues: [
            { durationMs: 3600000 }
            { durationMs: 86400000 }
            { durationMs: 604800000 }
            { durationMs: 2592000000 }
          ]
        }
      }
    ]
  }
  name: 'range'
}

var chartItems = [
  for (chart, index) in charts: {
    type: 3
    content: {
      version: 'KqlItem/1.0'
      query: chart.query
      size: 0
      title: chart.title
      timeContextFromParameter: chart.?days == null ? 'Range' : null
      timeContext: { durationMs: (chart.?days ?? 1) * 86400000 }
      queryType: 0
      resourceType: 'microsoft.operationalinsights/workspaces'
      visualization: chart.visualization
    }
    name: 'chart-${index}'
  }
]

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(resourceGroup().id, name, 'operations')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Connection broker (${name})'
    category: 'workbook'
    sourceId: workspaceId
    version: '1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], chartItems)
      fallbackResourceIds: [workspaceId]
      isLocked: false
    })
  }
}
