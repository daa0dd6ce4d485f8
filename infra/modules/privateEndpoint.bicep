metadata description = 'One private endpoint with its record in the DNS zone of its service.'

@description('Required. Name of the endpoint, 2 to 64 characters.')
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. Resource id of the subnet.')
param subnetId string

@description('Required. Resource id of what is reached through it.')
param targetId string

@description('Required. Which service of the target.')
param service 'blob' | 'queue' | 'table' | 'vault'

@description('Required. Name of the private DNS zone, which is in this resource group.')
param privateDnsZone string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    customNetworkInterfaceName: '${name}-nic'
    privateLinkServiceConnections: [
      { name: service, properties: { privateLinkServiceId: targetId, groupIds: [service] } }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zone.id } }]
    }
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: privateDnsZone
}
