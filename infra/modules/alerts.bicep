metadata description = 'Alerts over what the broker logs. Each asks the workspace with a query of infra/queries/.'

@description('Required. Start of the names, 1 to 40 characters.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Required. Mail addresses that alerts go to.')
param emailAddresses string[]

@description('Required. Resource ids of further action groups.')
param actionGroupIds string[]

type rule = {
  title: string
  description: string
  query: string
  @description('0 is critical, 4 is verbose.')
  severity: 0 | 1 | 2 | 3 | 4
  column: string
  operator: 'GreaterThan' | 'LessThan'
  threshold: int
  @description('Columns of which each value is an alert of its own.')
  dimensions: string[]
  @description('How much of the log is read, as an ISO 8601 duration.')
  window: string
  @description('How often, as an ISO 8601 duration.')
  every: string
}

var rules { *: rule } = {
  'timer-silent': {
    title: 'The timer has not run for an hour'
    description: 'No run finished. Tokens are still refreshed when runners ask, but idle connections are not kept alive and broken ones are not found. Look at the exceptions of the function refreshConnections.'
    query: loadTextContent('../queries/timerRuns.kql')
    severity: 1
    column: 'Runs'
    operator: 'LessThan'
    threshold: 1
    dimensions: []
    window: 'PT1H'
    every: 'PT15M'
  }
  'timer-behind': {
    title: 'The timer leaves work undone'
    description: 'Three or more runs in half an hour ended with connections left or not handled. Raise REFRESH_CONCURRENCY, or see why a dependency is slow.'
    query: loadTextContent('../queries/timerBehind.kql')
    severity: 2
    column: 'Runs'
    operator: 'GreaterThan'
    threshold: 2
    dimensions: []
    window: 'PT30M'
    every: 'PT15M'
  }
  'app-credential-rejected': {
    title: 'Microsoft rejects the credential of an app'
    description: 'One expired or wrong client secret stops every connection of that app, and nothing is wrong with the connections. Give the app a new secret.'
    query: loadTextContent('../queries/appCredentialRejected.kql')
    severity: 1
    column: 'Rejections'
    operator: 'GreaterThan'
    threshold: 0
    dimensions: ['ClientId']
    window: 'PT15M'
    every: 'PT5M'
  }
  'sign-in-needed': {
    title: 'Connections need a sign-in'
    description: 'People have to sign in again before runners get tokens for these connections. The workbook lists them with their reasons.'
    query: loadTextContent('../queries/signInNeeded.kql')
    severity: 3
    column: 'Connections'
    operator: 'GreaterThan'
    threshold: 0
    dimensions: []
    window: 'PT15M'
    every: 'PT15M'
  }
  'refresh-failures': {
    title: 'Refreshes fail'
    description: 'More than 20 refreshes failed in half an hour for one remedy. The remedy says who can mend it.'
    query: loadTextContent('../queries/refreshFailures.kql')
    severity: 2
    column: 'Failures'
    operator: 'GreaterThan'
    threshold: 20
    dimensions: ['Remedy']
    window: 'PT30M'
    every: 'PT15M'
  }
  'token-slow': {
    title: 'Tokens are slow'
    description: 'One in twenty token requests took more than two seconds. Compare with the readiness of vault and tables.'
    query: loadTextContent('../queries/tokenLatency.kql')
    severity: 2
    column: 'SlowPercent'
    operator: 'GreaterThan'
    threshold: 5
    dimensions: []
    window: 'PT15M'
    every: 'PT5M'
  }
  'token-errors': {
    title: 'Token requests end in server errors'
    description: 'More than one in a hundred token requests was answered with 500 or more.'
    query: loadTextContent('../queries/tokenErrors.kql')
    severity: 1
    column: 'ErrorPercent'
    operator: 'GreaterThan'
    threshold: 1
    dimensions: []
    window: 'PT15M'
    every: 'PT5M'
  }
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emailAddresses)) {
  name: '${name}-operators'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'broker'
    enabled: true
    emailReceivers: [
      for (address, index) in emailAddresses: {
        name: 'operator-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for one in items(rules): {
    name: '${name}-${one.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: one.value.title
      description: one.value.description
      enabled: true
      severity: one.value.severity
      scopes: [workspaceId]
      evaluationFrequency: one.value.every
      windowSize: one.value.window
      autoMitigate: true
      // A new workspace has no AppTraces and AppRequests before the first line arrives.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: one.value.query
            timeAggregation: 'Total'
            metricMeasureColumn: one.value.column
            operator: one.value.operator
            threshold: one.value.threshold
            dimensions: [
              for dimension in one.value.dimensions: {
                name: dimension
                operator: 'Include'
                values: ['*']
              }
            ]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: concat(empty(emailAddresses) ? [] : [operators.id], actionGroupIds) }
    }
  }
]
