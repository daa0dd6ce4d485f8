#!/usr/bin/env bash
# Puts a package into the function app of a deployment.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: publish.sh --resource-group NAME --package FILE [options]

Puts the package into the function app and lets the platform read its functions anew. Needs az, signed in. On Flex
Consumption the platform takes the package; on Premium and Dedicated it is a blob, which the signed-in principal
writes (parameter publisherPrincipalId) from where the storage account can be reached.

  --resource-group NAME  resource group of the deployment
  --package FILE         zip file of what `npm run package` wrote into dist/
  --deployment NAME      name of the deployment whose outputs are read (broker)
  --upload-only          writes the blob and leaves the app alone; does nothing on Flex Consumption
  --help                 shows this
TEXT
}

fail() {
  printf 'publish.sh: %s\n' "$1" >&2
  exit 1
}

resource_group='' package='' deployment='broker' upload_only=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --upload-only)
      upload_only=true
      shift
      ;;
    --resource-group | --package | --deployment)
      [ $# -ge 2 ] || fail "$1 takes a value. See --help."
      case "$1" in
        --resource-group) resource_group=$2 ;;
        --package) package=$2 ;;
        --deployment) deployment=$2 ;;
      esac
      shift 2
      ;;
    *) fail "$1 is no option. See --help." ;;
  esac
done
[ -n "$resource_group" ] || fail '--resource-group is missing.'
[ -f "$package" ] || fail '--package names no file.'
command -v az >/dev/null || fail 'az is missing.'

read_output() {
  az deployment group show --resource-group "$resource_group" --name "$deployment" \
    --query "properties.outputs.$1.value" --output tsv
}
plan=$(read_output plan)
app=$(read_output functionAppName)

if [ "$plan" = flex ]; then
  [ "$upload_only" = true ] && exit 0
  az functionapp deployment source config-zip --resource-group "$resource_group" --name "$app" --src "$package" \
    --output none
  exit 0
fi

az storage blob upload --auth-mode login --account-name "$(read_output storageAccountName)" \
  --container-name packages --name "$(basename "$package")" --file "$package" --overwrite --output none
[ "$upload_only" = true ] && exit 0
az functionapp restart --resource-group "$resource_group" --name "$app" --output none
id=$(az functionapp show --resource-group "$resource_group" --name "$app" --query id --output tsv)
az rest --method POST --url "$id/syncfunctiontriggers?api-version=2024-04-01" --output none
